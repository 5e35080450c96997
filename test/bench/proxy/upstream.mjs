// A model server that costs next to nothing: a small answer, or a stream of events at a given pace.
import { createServer } from 'node:http';

const answer = Buffer.from(
  JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    model: 'bench',
    choices: [{ index: 0, message: { role: 'assistant', content: 'x'.repeat(300) } }],
    usage: { prompt_tokens: 10, completion_tokens: 60, total_tokens: 70 },
  }),
);

/** An event that says when it was sent, by the clock that all processes of a machine share. */
function event() {
  const choices = [{ index: 0, delta: { content: 'token ' } }];
  const sentNs = String(process.hrtime.bigint());
  return `data: ${JSON.stringify({ choices, sentNs, pad: 'y'.repeat(100) })}\n\n`;
}

/** Streams by the millisecond within their period at which they are due. */
const wheels = new Map();

function begin(response, left, everyMs) {
  let wheel = wheels.get(everyMs);
  if (!wheel) wheels.set(everyMs, (wheel = { slots: [], next: 0, tick: 0 }));
  wheel.next = (wheel.next + 1) % everyMs;
  const stream = { response, left };
  const slot = (wheel.slots[wheel.next] ??= new Set());
  slot.add(stream);
  response.on('close', () => slot.delete(stream));
}

function advance(wheel, everyMs) {
  wheel.tick = (wheel.tick + 1) % everyMs;
  for (const stream of wheel.slots[wheel.tick] ?? []) {
    stream.response.write(event());
    if (--stream.left > 0) continue;
    wheel.slots[wheel.tick].delete(stream);
    stream.response.end('data: [DONE]\n\n');
  }
}

let lastMs = performance.now();
setInterval(() => {
  // A late timer makes up for what it has missed, as a model does not wait for it either.
  for (const nowMs = performance.now(); lastMs < nowMs; lastMs += 1) {
    for (const [everyMs, wheel] of wheels) advance(wheel, everyMs);
  }
}, 1);

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    const events = Number(request.headers['x-bench-events'] ?? 0);
    if (events === 0) {
      response.writeHead(200, {
        'Content-Type': 'application/json',
        'Content-Length': answer.length,
      });
      response.end(answer);
      return;
    }
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.flushHeaders();
    begin(response, events, Number(request.headers['x-bench-every-ms'] ?? 20));
  });
});
process.on('disconnect', () => process.exit());
server.keepAliveTimeout = 120_000;
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', 4096, () => {
  process.send?.({ port: server.address().port });
});
