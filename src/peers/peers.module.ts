import { Global, Module } from '@nestjs/common';
import { UpstreamsModule } from '../upstreams/upstreams.module.js';
import { PeerAttempts } from './peer.attempts.js';
import { PeerHealth } from './peer.health.js';
import { PeerProbe } from './peer.probe.js';
import { PeerProber } from './peer.prober.js';
import { PeersController } from './peers.controller.js';

/** Remote servers: how they are, and who stands in for whom. */
@Global()
@Module({
  imports: [UpstreamsModule],
  controllers: [PeersController],
  providers: [PeerHealth, PeerProbe, PeerProber, PeerAttempts],
  exports: [PeerHealth, PeerAttempts],
})
export class PeersModule {}
