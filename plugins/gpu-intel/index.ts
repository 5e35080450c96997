export { IntelProbe, IntelProbe as default } from './intel.probe.js';
