// The least a proxy can do: node:http in front, undici behind, nothing in between.
import { createServer } from 'node:http';
import { Pool } from 'undici';

const pool = new Pool(process.argv[2], { pipelining: 1, bodyTimeout: 0, headersTimeout: 0 });

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (piece) => chunks.push(piece));
  request.on('end', () => {
    const {
      connection: _c,
      'content-length': _l,
      'transfer-encoding': _t,
      ...headers
    } = request.headers;
    let control;
    response.once('close', () => {
      if (!response.writableFinished) control?.abort(new Error('client left'));
    });
    pool.dispatch(
      { path: request.url, method: request.method, headers, body: Buffer.concat(chunks) },
      {
        onRequestStart: (controller) => {
          control = controller;
        },
        onResponseStart: (_controller, status, received) => {
          const { connection, 'keep-alive': _k, 'transfer-encoding': _e, ...passed } = received;
          response.writeHead(status, passed);
          void connection;
        },
        onResponseData: (controller, data) => {
          if (response.write(data)) return;
          controller.pause();
          response.once('drain', () => controller.resume());
        },
        onResponseEnd: () => response.end(),
        onResponseError: () => response.destroy(),
      },
    );
  });
});
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
