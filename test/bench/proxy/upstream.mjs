// A model server that costs next to nothing: a small answer, or a stream of events one per millisecond.
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
const chunk = Buffer.from(
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'token ' } }], pad: 'y'.repeat(120) })}\n\n`,
);

const streams = new Set();
setInterval(() => {
  for (const stream of streams) {
    stream.response.write(chunk);
    if (--stream.left > 0) continue;
    streams.delete(stream);
    stream.response.end('data: [DONE]\n\n');
  }
}, 1);

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    const count = Number(request.headers['x-bench-chunks'] ?? 0);
    if (count === 0) {
      response.writeHead(200, {
        'Content-Type': 'application/json',
        'Content-Length': answer.length,
      });
      response.end(answer);
      return;
    }
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    const stream = { response, left: count };
    streams.add(stream);
    response.on('close', () => streams.delete(stream));
  });
});
process.on('disconnect', () => process.exit());
server.keepAliveTimeout = 120_000;
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  process.send?.({ port: server.address().port });
});
