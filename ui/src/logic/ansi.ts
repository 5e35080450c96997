/** Style of a piece of terminal text, as class names. */
export interface AnsiPiece {
  readonly text: string;
  /** Classes such as `fg-1 b`; empty for plain text. */
  readonly classes: string;
  /** Colours outside the palette, as `#rrggbb`. */
  readonly foreground: string | null;
  readonly background: string | null;
}

interface Style {
  flags: Set<string>;
  foreground: string | null;
  background: string | null;
}

const SET: Readonly<Record<number, string>> = {
  1: 'b',
  2: 'dim',
  3: 'i',
  4: 'u',
  7: 'inv',
  9: 's',
};
const RESET: Readonly<Record<number, readonly string[]>> = {
  22: ['b', 'dim'],
  23: ['i'],
  24: ['u'],
  27: ['inv'],
  29: ['s'],
};

/**
 * Splits terminal text into styled pieces (ECMA-48 SGR). Of the escape sequences only colours and
 * faces count; cursor movement is dropped, operating-system commands (titles, hyperlinks) lose their
 * envelope, and a carriage return lets the rest of the line replace what stood before it, as
 * progress bars intend.
 */
export class AnsiReader {
  private style: Style = { flags: new Set(), foreground: null, background: null };

  /** Reads one line, with the style that earlier lines left behind. */
  line(text: string): AnsiPiece[] {
    const pieces: AnsiPiece[] = [];
    const pattern =
      // eslint-disable-next-line no-control-regex
      /\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[([0-9;:?]*)[ -/]*([@-~])|\x1b[@-Z\\-_]|\r(?!$)/g;
    let from = 0;
    for (const match of text.matchAll(pattern)) {
      this.emit(pieces, text.slice(from, match.index));
      from = match.index + match[0].length;
      if (match[0] === '\r') pieces.length = 0;
      else if (match[2] === 'm') this.apply(match[1] ?? '');
    }
    this.emit(pieces, text.slice(from).replace(/\r$/, ''));
    return pieces;
  }

  private emit(pieces: AnsiPiece[], text: string): void {
    if (!text) return;
    const { flags, foreground, background } = this.style;
    const named = (prefix: string, colour: string | null): string[] =>
      colour && !colour.startsWith('#') ? [`${prefix}-${colour}`] : [];
    const classes = [...flags, ...named('fg', foreground), ...named('bg', background)].join(' ');
    const own = (colour: string | null): string | null => (colour?.startsWith('#') ? colour : null);
    pieces.push({ text, classes, foreground: own(foreground), background: own(background) });
  }

  private apply(parameters: string): void {
    const codes = parameters.split(/[;:]/).map((code) => (code === '' ? 0 : Number(code)));
    for (let i = 0; i < codes.length; i += 1) {
      const code = codes[i]!;
      if (code === 38 || code === 48) i += this.extended(code, codes.slice(i + 1));
      else this.simple(code);
    }
  }

  private simple(code: number): void {
    const style = this.style;
    if (code === 0) this.style = { flags: new Set(), foreground: null, background: null };
    else if (SET[code]) style.flags.add(SET[code]);
    else if (RESET[code]) RESET[code].forEach((flag) => style.flags.delete(flag));
    else if (code >= 30 && code <= 37) style.foreground = String(code - 30);
    else if (code >= 90 && code <= 97) style.foreground = String(code - 82);
    else if (code >= 40 && code <= 47) style.background = String(code - 40);
    else if (code >= 100 && code <= 107) style.background = String(code - 92);
    else if (code === 39) style.foreground = null;
    else if (code === 49) style.background = null;
  }

  /** Reads `5;n` or `2;r;g;b` and returns how many codes it has used. */
  private extended(target: number, rest: readonly number[]): number {
    const byIndex = rest[0] === 5;
    const colour = byIndex ? indexed(rest[1] ?? 0) : rgb(rest[1] ?? 0, rest[2] ?? 0, rest[3] ?? 0);
    if (rest[0] !== 5 && rest[0] !== 2) return rest.length;
    if (target === 38) this.style.foreground = colour;
    else this.style.background = colour;
    return byIndex ? 2 : 4;
  }
}

/** Colour of the 256-colour table: palette number, or `#rrggbb` of the cube and the greys. */
function indexed(index: number): string {
  if (index < 16) return String(index);
  if (index >= 232) {
    const grey = 8 + 10 * (index - 232);
    return rgb(grey, grey, grey);
  }
  const levels = [0, 95, 135, 175, 215, 255];
  const cube = index - 16;
  return rgb(levels[Math.floor(cube / 36)]!, levels[Math.floor(cube / 6) % 6]!, levels[cube % 6]!);
}

function rgb(red: number, green: number, blue: number): string {
  return `#${[red, green, blue].map((part) => (part & 255).toString(16).padStart(2, '0')).join('')}`;
}
