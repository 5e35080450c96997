import {
  FORWARDED_OR_REFUSED,
  get,
  GOOD,
  JSON_TYPE,
  MalformedRequest,
  post,
  raw,
} from './raw-request.js';

/** Damaged, odd and huge JSON. */
export function jsonBodies(): MalformedRequest[] {
  const full = '{"model":"m","messages":[{"role":"user","content":"h\\u00e9llo"}],"n":1.5e3}';
  const cut = Array.from({ length: full.length }, (_, at) =>
    post(`JSON cut after ${at} bytes`, full.slice(0, at)),
  );
  const deep = 200_000;
  const odd: Readonly<Record<string, string | Buffer>> = {
    'two models': '{"model":"m","model":"nobody"}',
    'two models, the first unknown': '{"model":"nobody","model":"m"}',
    'a thousand models': `{${'"model":"m",'.repeat(1000)}"x":1}`,
    'a huge integer': `{"model":"m","n":1${'0'.repeat(100_000)}}`,
    'a huge exponent': '{"model":"m","n":1e999999999999}',
    'a tiny exponent': '{"model":"m","n":1e-999999999999}',
    'a long fraction': `{"model":"m","n":0.${'1'.repeat(100_000)}}`,
    'deep arrays': `{"model":"m","a":${'['.repeat(deep)}${']'.repeat(deep)}}`,
    'deep arrays before the model': `{"a":${'['.repeat(deep)}${']'.repeat(deep)},"model":"m"}`,
    'deep objects': `{"model":"m","a":${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}}`,
    'unclosed arrays': `{"a":${'['.repeat(deep)}`,
    'unclosed objects': '{"a":'.repeat(deep),
    'closed too often': `{"model":"m"}${'}'.repeat(deep)}`,
    'an array on top': '[{"model":"m"}]',
    'a string on top': '"model"',
    'a number on top': '42',
    'null on top': 'null',
    'words on top': 'true false',
    'nothing but space': ' \t\r\n'.repeat(1000),
    'single quotes': "{'model':'m'}",
    'no quotes': '{model:m}',
    'a comment': '{/* x */"model":"m"}',
    'a trailing comma': '{"model":"m",}',
    'two commas': '{"model":"m",,"n":1}',
    'no colon': '{"model" "m"}',
    NaN: '{"model":"m","n":NaN}',
    Infinity: '{"model":"m","n":-Infinity}',
    hexadecimal: '{"model":"m","n":0x10}',
    'leading zeros': '{"model":"m","n":0001}',
    'a lone surrogate': '{"model":"m","x":"\\ud800"}',
    'a bad escape': '{"model":"m","x":"\\x41"}',
    'a cut escape': '{"model":"m","x":"\\u00"}',
    'a raw line break': '{"model":"m","x":"a\nb"}',
    'a raw NUL': '{"model":"m","x":"\0"}',
    'UTF-16': Buffer.from('\ufeff{"model":"m"}', 'utf16le'),
    'a byte order mark': Buffer.from('\ufeff{"model":"m"}'),
    'bytes that are no UTF-8': Buffer.from('{"model":"m","x":"\xff\xfe\xc0\x80"}', 'latin1'),
    'prototype keys': '{"__proto__":{"model":"nobody"},"constructor":1,"model":"m"}',
    'a megabyte of one key': `{"${'k'.repeat(1_000_000)}":1,"model":"m"}`,
    garbage: Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 167 + 13) % 256)),
    nothing: '',
  };
  return [...cut, ...Object.entries(odd).map(([name, body]) => post(`JSON with ${name}`, body))];
}

/** Models that no configuration has. */
export function modelNames(): MalformedRequest[] {
  const values = [
    'null', 'true', '0', '-1', '1e400', '{}', '[]', '[["m"]]', '{"model":"m"}', '""', '" "',
    '"m "', '" m"', '"M"', '"m\\u0000"', '"\\u0000"', '"m\\r\\nX-Injected: 1"', '"\\ud800"',
    '"../m"', '"m/../m"', '"%6d"', '"m%00"', '"${env.HOME}"', '"$(reboot)"', '"; drop table"',
    '"<script>alert(1)</script>"', '"__proto__"', '"constructor"', '"toString"', '"hasOwnProperty"',
    `"${'x'.repeat(1_000_000)}"`, `"${'a/'.repeat(50_000)}"`, '"\xff\xfe"', '"\xc0\x80"',
  ]; // prettier-ignore
  const json = values.map((value) =>
    post(`model ${value.slice(0, 30)}`, `{"model":${value}}`, { statuses: [400, 404] }),
  );
  const names = ['%00', '%ff', 'm%00', 'm%0d%0aX: 1', '%', '%zz', '+', 'x'.repeat(100_000)];
  const query = names.map((name) =>
    raw(`query model ${name.slice(0, 20)}`, get(`/v1/audio/voices?model=${name}`), [400, 404]),
  );
  return [...json, ...query];
}

/** Damaged forms. */
export function multipartBodies(): MalformedRequest[] {
  const type = 'Content-Type: multipart/form-data; boundary=B\r\n';
  const part = '--B\r\nContent-Disposition: form-data; name="model"\r\n\r\nm\r\n';
  const full = `${part}--B\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\nx\r\n--B--\r\n`;
  const path = '/v1/audio/transcriptions';
  const form = (name: string, body: string, headers = type): MalformedRequest =>
    post(`form ${name}`, body, { path, headers, statuses: FORWARDED_OR_REFUSED });
  const cuts = Array.from({ length: Math.ceil(full.length / 4) }, (_, at) =>
    form(`cut after ${at * 4} bytes`, full.slice(0, at * 4)),
  );
  return [
    ...cuts,
    form('without a boundary', full, 'Content-Type: multipart/form-data\r\n'),
    form('with an empty boundary', full, 'Content-Type: multipart/form-data; boundary=\r\n'),
    form('with an endless boundary', full, `Content-Type: multipart/form-data; boundary=${'b'.repeat(9000)}\r\n`),
    form('with another boundary', full, 'Content-Type: multipart/form-data; boundary=C\r\n'),
    form('with a pattern as boundary', full, 'Content-Type: multipart/form-data; boundary="(.*)+$"\r\n'),
    form('with line feeds alone', full.replaceAll('\r\n', '\n')),
    form('with ten thousand parts', `${part.repeat(10_000)}--B--\r\n`),
    form('with nothing but boundaries', '--B\r\n'.repeat(10_000)),
    form('with an endless part header', `--B\r\n${'x'.repeat(1_000_000)}: y\r\n\r\nm\r\n--B--\r\n`),
    form('with a name in two encodings', full.replace('name="model"', 'name*=utf-8\'\'model; name="x"')),
    form('with an unclosed quote', full.replace('name="model"', 'name="model')),
    form('with NUL in a name', full.replace('"model"', '"mo\0del"')),
    form('with a nested multipart', full.replace('form-data;', 'form-data; boundary=B;')),
  ]; // prettier-ignore
}

/** Damaged urlencoded forms. */
export function urlencodedBodies(): MalformedRequest[] {
  const headers = 'Content-Type: application/x-www-form-urlencoded\r\n';
  const bodies = [
    'model', 'model=', '=m', '&&&&', 'model=%', 'model=%zz', 'model=%00', 'model=m;n=1', 'model=m&model=x',
    'model[]=m', 'model[__proto__]=m', '%6dodel=x', `model=${'x'.repeat(1_000_000)}`, '&'.repeat(100_000),
    `${'a=b&'.repeat(50_000)}model=x`, '\0=\0', 'model=\xff\xfe', '{"model":"m"',
  ]; // prettier-ignore
  return bodies.map((body) => post(`urlencoded ${body.slice(0, 20)}`, body, { headers }));
}

/** Bodies that are not what their headers say. */
export function contentCodings(): MalformedRequest[] {
  const codings = [
    'gzip', 'deflate', 'br', 'zstd', 'gzip, gzip', 'x-unknown', 'gzip;q=1', '', ',', 'identity, gzip',
    'GZIP', 'constructor', '__proto__', 'gzip, '.repeat(500),
  ]; // prettier-ignore
  const types = [
    '',
    'application/json; charset=utf-16',
    'json',
    '*/*',
    'a'.repeat(5000),
    '\xff',
    'text/plain',
    '+json',
  ];
  return [
    ...codings.map((coding) =>
      post(`plain body called ${coding.slice(0, 20)}`, GOOD, {
        headers: `${JSON_TYPE}Content-Encoding: ${coding}\r\n`,
      }),
    ),
    ...types.map((type) =>
      post(`type ${type.slice(0, 20)}`, '{"model":"nobody"', {
        headers: `Content-Type: ${type}\r\n`,
      }),
    ),
  ];
}
