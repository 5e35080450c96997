import { expect, it } from 'vitest';
import type { RequestSpan } from './timeline.js';
import { timelineCsv } from './timeline-export.js';

const span: RequestSpan = {
  id: '7',
  model: 'a "b", c',
  path: '=cmd()',
  at: '2026-01-01T00:00:00Z',
  grantedAt: null,
  endedAt: null,
  outcome: 'running',
  status: null,
};

it('writes a line per request, with nothing that a spreadsheet would run', () => {
  expect(timelineCsv([span])).toBe(
    'id,model,path,at,grantedAt,endedAt,outcome,status\r\n' +
      '7,"a ""b"", c",\'=cmd(),2026-01-01T00:00:00Z,,,running,\r\n',
  );
});
