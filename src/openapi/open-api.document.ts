import { Inject, Injectable } from '@nestjs/common';
import { ConfigStore } from '#lib/config';
import { APP_OPTIONS, type AppOptions } from '../app-options.interface.js';
import { ComponentList } from './component-list.js';
import { ERROR_CONTENT, operation } from './operation.js';
import { refusalComponents } from './refusals.js';
import { RouteScanner } from './route.scanner.js';
import { ERROR_SCHEMA } from './schemas.js';

/** An OpenAPI 3.1 document; see https://spec.openapis.org/oas/v3.1.1. */
export type OpenApi = Readonly<Record<string, unknown>>;

/** Describes the HTTP API from the code that serves it. */
@Injectable()
export class OpenApiDocument {
  private built: OpenApi | null = null;

  constructor(
    private readonly scanner: RouteScanner,
    @Inject(APP_OPTIONS) private readonly options: AppOptions,
    private readonly config: ConfigStore,
  ) {}

  /** The document; routes do not change while the program runs. */
  get(): OpenApi {
    this.built ??= this.build();
    return { ...this.built, servers: [{ url: this.config.current.basePath || '/' }] };
  }

  private build(): OpenApi {
    const components = new ComponentList();
    const paths: Record<string, Record<string, unknown>> = {};
    const tags = new Set<string>();
    for (const route of this.scanner.routes()) {
      tags.add(route.tag);
      const described = operation(route, components);
      paths[route.path] = { ...paths[route.path], [route.method]: described };
    }
    return {
      openapi: '3.1.0',
      info: {
        title: 'Drover',
        version: this.options.build.version,
        description: 'One port in front of many AI models.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      tags: [...tags].toSorted().map((name) => ({ name })),
      security: [{ bearer: [] }, { key: [] }, { basic: [] }],
      paths,
      components: {
        schemas: { Error: ERROR_SCHEMA, ...components.schemas },
        responses: refusalComponents(ERROR_CONTENT),
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          key: { type: 'apiKey', in: 'header', name: 'x-api-key' },
          basic: { type: 'http', scheme: 'basic' },
        },
      },
    };
  }
}
