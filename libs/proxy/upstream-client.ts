import { Client, Dispatcher } from 'undici';

/** A handler that wants to know the connection that its request runs on. */
export interface ConnectionAware extends Dispatcher.DispatchHandler {
  connection: UpstreamClient | null;
}

/** One connection to an upstream that counts its answers, so that a reused one can be told apart. */
export class UpstreamClient extends Client {
  /** Answers completed on the present connection. */
  answers = 0;

  constructor(origin: string | URL, options: Client.Options) {
    super(origin, options);
    this.on('disconnect', () => {
      this.answers = 0;
    });
  }

  override dispatch(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): boolean {
    if ('connection' in handler) (handler as ConnectionAware).connection = this;
    return super.dispatch(options, handler);
  }
}
