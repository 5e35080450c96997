import './app.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { catalogue } from './state/catalogue.svelte.js';
import { live } from './state/live.svelte.js';
import { place } from './state/location.svelte.js';
import { theme } from './state/theme.svelte.js';

theme.start();
place.start();
live.start();
catalogue.follow();

const target = document.getElementById('app');
if (target) mount(App, { target });
