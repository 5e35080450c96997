import { Controller, Get, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { ConfigStore } from '#lib/config';
import { PublicRoute } from '../http/route-flags.js';
import { represent, UiFile, UiFilesStore } from './ui-files.store.js';
import { Documented } from '../openapi/documented.decorator.js';

/**
 * Own origin only; no inline scripts. Style attributes are allowed because positions of splitters
 * and charts are set by script.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "media-src 'self' data: blob:",
  "connect-src 'self'",
  "font-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'self'",
].join('; ');

/** Serves the web UI under `/ui/`. */
@Controller()
export class WebUiController {
  constructor(
    private readonly files: UiFilesStore,
    private readonly config: ConfigStore,
  ) {}

  @Get('ui')
  @Documented({ summary: 'Leads to the web interface.', status: 307 })
  @PublicRoute()
  start(@Req() { raw }: FastifyRequest, @Res() reply: FastifyReply): void {
    const [, query = ''] = /(\?.*)$/s.exec(raw.url ?? '') ?? [];
    const place = `${this.config.current.basePath}/ui/${query}`;
    void reply.status(307).header('Location', place).send();
  }

  /** The start page for those who have no key yet: it asks for one. */
  @Get('ui/login')
  @Documented({ summary: 'Where a key can be entered.', mediaType: 'text/html' })
  @PublicRoute()
  login(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.file(request, reply);
  }

  /** Program and style of the UI hold nothing secret, and the login page needs them. */
  @Get('ui/assets/*')
  @Documented({ summary: 'What the web interface is made of.', mediaType: '*/*' })
  @PublicRoute()
  asset(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.deliver(`assets/${pathOf(request)}`, request, reply);
  }

  /** What a browser needs to install the UI as a program; it asks for these without a key. */
  @Get('ui/manifest.webmanifest')
  @Documented({
    summary: 'Describes the web interface as a program that browsers can install.',
    mediaType: 'application/manifest+json',
  })
  @PublicRoute()
  manifest(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.deliver('manifest.webmanifest', request, reply);
  }

  @Get('ui/icons/*')
  @Documented({ summary: 'Icons of the web interface.', mediaType: 'image/png' })
  @PublicRoute()
  appIcon(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.deliver(`icons/${pathOf(request)}`, request, reply);
  }

  @Get('ui/*')
  @Documented({ summary: 'The web interface.', mediaType: '*/*' })
  file(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.deliver(pathOf(request), request, reply);
  }

  @Get('favicon.ico')
  @Documented({ summary: 'The icon of the web interface.', mediaType: 'image/svg+xml' })
  @PublicRoute()
  icon(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.deliver('favicon.svg', request, reply);
  }

  private deliver(path: string, request: FastifyRequest, reply: FastifyReply): void {
    const file = this.files.find(path);
    if (file) send(file, request, reply);
    else this.missing(reply);
  }

  private missing(reply: FastifyReply): void {
    const text = this.files.isEmpty
      ? 'The web UI is not part of this build. Run "npm run build:ui" and start Drover again.\n'
      : '404 page not found\n';
    void reply.status(404).type('text/plain; charset=utf-8').send(text);
  }
}

function pathOf({ params }: FastifyRequest): string {
  return (params as Record<string, string>)['*'] ?? '';
}

function send(file: UiFile, request: FastifyRequest, reply: FastifyReply): void {
  void reply
    .header('ETag', file.etag)
    .header('Cache-Control', file.cacheControl)
    .header('Vary', 'Accept-Encoding')
    .header('X-Content-Type-Options', 'nosniff')
    .header('Content-Security-Policy', CONTENT_SECURITY_POLICY)
    .header('Referrer-Policy', 'no-referrer');
  const known = (request.headers['if-none-match'] ?? '').split(/\s*,\s*/);
  if (known.some((tag) => tag.replace(/^W\//, '') === file.etag)) {
    void reply.status(304).send();
    return;
  }
  const { body, encoding } = represent(file, request.headers['accept-encoding']);
  if (encoding) void reply.header('Content-Encoding', encoding);
  void reply.type(file.type).send(body);
}
