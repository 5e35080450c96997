import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formState } from './form-state.js';
import { findFields, findFirstFields, replaceFields } from './multipart.js';

const BOUNDARY = '----b0undary';
const TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

interface Part {
  readonly name: string;
  readonly content: Buffer;
  readonly file?: string;
}

function form(parts: readonly Part[]): Buffer {
  const pieces = parts.flatMap(({ name, content, file }) => {
    const filename = file === undefined ? '' : `; filename="${file}"`;
    const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${filename}\r\n\r\n`;
    return [Buffer.from(head), content, Buffer.from('\r\n')];
  });
  return Buffer.concat([...pieces, Buffer.from(`--${BOUNDARY}--\r\n`)]);
}

const field = (name: string, content: string): Part => ({ name, content: Buffer.from(content) });
const file = (content: string): Part => ({ ...field('file', content), file: 'a.wav' });

/** Content that looks like the syntax around it, without being it. */
const content = fc
  .array(fc.constantFrom('\r\n', '--', BOUNDARY.slice(1), '\0', 'é', 'x', '\r\n\r\n', ': '), {
    maxLength: 12,
  })
  .map((pieces) => Buffer.from(pieces.join('')));
const part: fc.Arbitrary<Part> = fc.record(
  { name: fc.constantFrom('model', 'file', 'prompt'), content, file: fc.constantFrom('f') },
  { requiredKeys: ['name', 'content'] },
);

describe('findFields', () => {
  it('finds the text fields of a name, whatever stands in the others', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const body = form(parts);
        const found = findFields(body, BOUNDARY, 'model')!;
        const expected = parts.filter(({ name, file: of }) => name === 'model' && of === undefined);
        expect(found.map(({ start, end }) => body.toString('latin1', start, end))).toEqual(
          expected.map(({ content: bytes }) => bytes.toString('latin1')),
        );
      }),
    );
  });

  it('changes the bytes of these fields and no others', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), fc.string(), (parts, value) => {
        const body = form(parts);
        const changed = replaceFields(body, findFields(body, BOUNDARY, 'model')!, value);
        const expected = parts.map((one) =>
          one.name === 'model' && one.file === undefined
            ? { ...one, content: Buffer.from(value) }
            : one,
        );
        expect(changed.equals(form(expected))).toBe(true);
      }),
    );
  });

  it.each([
    ['a longer line of the same beginning', `\r\n--${BOUNDARY}x\r\n\r\n`],
    ['the boundary with one hyphen more', `\r\n--${BOUNDARY}-\r\n\r\n`],
    ['another form with a longer boundary', `\r\n--${BOUNDARY}2\r\nA: b\r\n\r\nx`],
    ['the boundary in the middle of a line', `x--${BOUNDARY}\r\n\r\n`],
  ])('does not end a file at %s', (_name, inside) => {
    const body = form([file(`RIFF${inside}`), field('model', 'm')]);
    const [found] = findFields(body, BOUNDARY, 'model')!;
    expect(body.toString('latin1', found!.start, found!.end)).toBe('m');
  });

  it.each([
    ['lines that end in line feeds only', (text: string) => text.replaceAll('\r\n', '\n')],
    ['spaces behind delimiters', (text: string) => text.replaceAll('b0undary\r', 'b0undary \t\r')],
    ['a preamble and an epilogue', (text: string) => `see below\r\n${text}that was all`],
    ['a line end before the first delimiter', (text: string) => `\r\n${text}`],
    ['no line end behind the last delimiter', (text: string) => text.slice(0, -2)],
    ['a header written small', (text: string) => text.replaceAll('Content-Dis', 'content-dis')],
  ])('reads a form with %s', (_name, change) => {
    const text = form([file('RIFF'), field('model', 'old'), field('a', '')]).toString('latin1');
    const body = Buffer.from(change(text), 'latin1');
    const changed = replaceFields(body, findFields(body, BOUNDARY, 'model')!, 'new');
    expect(changed.toString('latin1')).toBe(change(text.replace('old', 'new')));
  });

  it('takes no beginning of a form for a form', () => {
    const body = form([field('model', 'm'), file('RIFF')]);
    for (let at = 0; at < body.length - 4; at += 1) {
      expect(findFields(body.subarray(0, at), BOUNDARY, 'model')).toBeNull();
    }
  });
});

describe('the beginning of a form', () => {
  const parts = [field('prompt', 'p'), field('model', 'old'), file('RIFF\r\n--x'), field('a', 'b')];
  const body = form(parts);
  const fileHead = body.indexOf('filename="a.wav"\r\n\r\n') + 'filename="a.wav"\r\n\r\n'.length;

  it('tells of a field exactly from the head of the first file on, however it is cut', () => {
    for (let at = 0; at <= body.length; at += 1) {
      const state = formState(body.subarray(0, at), TYPE, 'model');
      expect(state).toBe(at < fileHead ? 'undecided' : 'found');
    }
  });

  it('can be edited with the rest still to come, to the same bytes as the whole', () => {
    const whole = replaceFields(body, findFields(body, BOUNDARY, 'model')!, 'a longer name');
    for (let at = fileHead; at <= body.length; at += 1) {
      const beginning = body.subarray(0, at);
      const edited = replaceFields(
        beginning,
        findFirstFields(beginning, BOUNDARY, 'model'),
        'a longer name',
      );
      expect(Buffer.concat([edited, body.subarray(at)]).equals(whole)).toBe(true);
    }
  });

  it.each([
    ['a file comes first', form([file('x'), field('model', 'm')]).subarray(0, -60), 'missing'],
    ['a file came first and both are there', form([file('x'), field('model', 'm')]), 'found'],
    ['there is no such field', form([field('a', 'm')]), 'missing'],
    ['there is no file', form([field('model', 'm')]), 'undecided'],
    ['it is no form', Buffer.from('{"model":"m"}'), 'undecided'],
  ])('says where %s', (_name, bytes, expected) => {
    expect(formState(bytes, TYPE, 'model')).toBe(expected);
  });

  it('is none without a boundary', () => {
    expect(formState(body, 'multipart/form-data', 'model')).toBe('missing');
  });
});
