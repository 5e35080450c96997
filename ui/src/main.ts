import './app.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { place } from './state/location.svelte.js';
import { session } from './state/session.svelte.js';
import { theme } from './state/theme.svelte.js';

theme.start();
place.start();
void session.start();

const target = document.getElementById('app');
if (target) mount(App, { target });
