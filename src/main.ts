#!/usr/bin/env node
import { SystemClock } from '#lib/foundation';

console.log(new SystemClock().wallMs());
