import { Global, Module } from '@nestjs/common';
import { Forwarder, PassthroughProxy, UpstreamPools } from '#lib/proxy';

/** The ways to the servers of models and to the peers, and their connections. */
@Global()
@Module({
  providers: [UpstreamPools, Forwarder, PassthroughProxy],
  exports: [UpstreamPools, Forwarder, PassthroughProxy],
})
export class UpstreamsModule {}
