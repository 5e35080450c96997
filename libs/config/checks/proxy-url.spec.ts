import { describe, expect, it } from 'vitest';
import { urlDoubt, urlError } from './proxy-url.js';

describe('urlError', () => {
  it.each([
    [''],
    ['host'],
    ['localhost:8080'],
    ['http://h'],
    ['http://h:99999'],
    ['http://h:'],
    ['https://user:p%40ss@h:1/a%20b?q=%zz#f'],
    ['http://[::1]:80/x'],
    ['http://[fe80::1%25en0]:80'],
    ['http://hä.example'],
    ['unix:/run/x.sock'],
    ['//h/x'],
    ['/only/path'],
    ['a/b:c'],
  ])('takes %j', (text) => {
    expect(urlError(text)).toBeNull();
  });

  it.each([
    ['127.0.0.1:8080', 'scheme'],
    ['1host:80', 'scheme'],
    [' http://h', 'scheme'],
    [':8080', 'scheme'],
    ['://x', 'scheme'],
    ['http://h:abc', 'port'],
    ['http://h:-1', 'port'],
    ['http://[::1]:x', 'port'],
    ['http://h x/', 'host'],
    ['http://{h}/', 'host'],
    ['http://[::1', ']'],
    ['http://%zz/', 'host'],
    ['http://u ser@h/', 'user'],
    ['http://u%zz@h/', 'user'],
    ['http://h/%zz', 'path'],
    ['http://h/#%z', 'fragment'],
    ['http://h/\n', 'control'],
    ['http://h/\u007f', 'control'],
  ])('refuses %j because of its %s', (text, word) => {
    expect(urlError(text)).toContain(word);
  });
});

describe('urlDoubt', () => {
  it.each([['http://h:1/x'], ['HTTPS://h']])('has none about %s', (text) => {
    expect(urlDoubt(text)).toBeNull();
  });

  it.each([
    ['', 'empty'],
    ['localhost:8080', 'http://localhost:8080'],
    ['host', 'http://host'],
    ['ftp://h', 'scheme ftp'],
    ['http://h:99999', 'ports end at 65535'],
    ['http://', 'has no host'],
    ['//h/x', 'did you mean http://h/x?'],
  ])('doubts %j', (text, words) => {
    expect(urlDoubt(text)).toContain(words);
  });
});
