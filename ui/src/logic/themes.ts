import { contrast, mix, readable } from './colour.js';

/** One palette as people choose it: a primary colour and a ground for light and for dark. */
interface Palette {
  readonly label: string;
  readonly light: readonly [primary: string, ground: string];
  readonly dark: readonly [primary: string, ground: string];
}

/** The palettes by the names under which browsers have stored them. */
export const PALETTES = {
  default: { label: 'Default', light: ['#0f766e', '#fafafa'], dark: ['#2dd4bf', '#0c0c0e'] },
  ocean: { label: 'Ocean', light: ['#3b82f6', '#f3f8ff'], dark: ['#60a5fa', '#0a1220'] },
  violet: { label: 'Violet', light: ['#8b5cf6', '#f8f5ff'], dark: ['#a78bfa', '#120d1f'] },
  emerald: { label: 'Emerald', light: ['#10b981', '#f2fbf7'], dark: ['#34d399', '#08150f'] },
  rose: { label: 'Rose', light: ['#f43f5e', '#fff5f6'], dark: ['#fb7185', '#1c0b0f'] },
  amber: { label: 'Amber', light: ['#f59e0b', '#fffaf0'], dark: ['#fbbf24', '#191207'] },
  slate: { label: 'Slate', light: ['#475569', '#f6f8fa'], dark: ['#94a3b8', '#0e1319'] },
  sunset: { label: 'Sunset', light: ['#f97316', '#fff6ef'], dark: ['#fb923c', '#1a0f1c'] },
  terminal: {
    label: 'Green Terminal',
    light: ['#168f3f', '#e8f5e9'],
    dark: ['#00ff66', '#0a0f0a'],
  },
  mc: { label: 'Midnight Commander', light: ['#007a7a', '#d4d4d4'], dark: ['#00aaaa', '#0000aa'] },
  solarized: { label: 'Solarized', light: ['#268bd2', '#fdf6e3'], dark: ['#268bd2', '#002b36'] },
} as const satisfies Record<string, Palette>;

/** Name of a palette. */
export type PaletteName = keyof typeof PALETTES;

/** CSS variables of a palette in one mode, without the two leading dashes. */
export type ThemeTokens = Readonly<Record<string, string>>;

const STATUS = {
  light: { destructive: '#b91c1c', success: '#15803d', warning: '#a15c07', info: '#1d4ed8' },
  dark: { destructive: '#f87171', success: '#4ade80', warning: '#fbbf24', info: '#93c5fd' },
};
const CHART = {
  light: ['#2563eb', '#b45309', '#7c3aed', '#dc2626'],
  dark: ['#60a5fa', '#fbbf24', '#a78bfa', '#f87171'],
};

/**
 * Derives all colours of a palette. Text colours are moved away from their grounds until they reach
 * a contrast of 4.5:1, so that no palette can be pretty and unreadable.
 */
export function themeTokens(name: PaletteName, mode: 'light' | 'dark'): ThemeTokens {
  const [primary, ground] = PALETTES[name][mode];
  const ink = mode === 'light' ? '#14141a' : '#f4f4f5';
  const paper = mode === 'light' ? '#ffffff' : ground;
  const card = mode === 'light' ? mix(ground, paper, 0.75) : mix(ground, '#ffffff', 0.04);
  const muted = mix(ground, ink, mode === 'light' ? 0.04 : 0.09);
  const accent = mix(ground, primary, mode === 'light' ? 0.1 : 0.16);
  const sidebar = mix(ground, ink, mode === 'light' ? 0.03 : 0.02);
  const grounds = [ground, card, muted, accent, sidebar];
  const foreground = readable(ink, grounds, mode === 'light' ? '#000000' : '#ffffff');
  const text = (colour: string): string => readable(colour, grounds, foreground);
  const onColour = (colour: string): string =>
    contrast('#ffffff', colour) >= 4.5 ? '#ffffff' : '#08080a';
  const status = STATUS[mode];
  const destructive = text(status.destructive);
  return {
    background: ground,
    foreground,
    card,
    popover: card,
    primary,
    'primary-foreground': onColour(primary),
    link: text(primary),
    secondary: muted,
    muted,
    'muted-foreground': text(mix(ground, ink, 0.62)),
    accent,
    destructive,
    'destructive-foreground': onColour(destructive),
    success: text(status.success),
    warning: text(status.warning),
    info: text(status.info),
    border: mix(ground, ink, mode === 'light' ? 0.12 : 0.15),
    input: mix(ground, ink, mode === 'light' ? 0.2 : 0.24),
    ring: primary,
    sidebar,
    'chart-1': text(primary),
    ...Object.fromEntries(CHART[mode].map((colour, index) => [`chart-${index + 2}`, text(colour)])),
  };
}
