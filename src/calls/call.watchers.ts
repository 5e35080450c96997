import { Injectable } from '@nestjs/common';
import { CallFollower, CallWatcher, FollowedCall } from './followed-call.interface.js';

/** Everybody who wants to follow the requests for models. */
@Injectable()
export class CallWatchers {
  private watchers: readonly CallWatcher[] = [];
  private lastId = 0;

  /** Tells `watcher` of each call from now on; the result ends that. */
  add(watcher: CallWatcher): () => void {
    this.watchers = [...this.watchers, watcher];
    return () => {
      this.watchers = this.watchers.filter((other) => other !== watcher);
    };
  }

  /** A call's model is known: the followers of this call, in the order of the watchers. */
  begin(call: FollowedCall): readonly CallFollower[] {
    const id = String((this.lastId += 1));
    const followers: CallFollower[] = [];
    for (const watcher of this.watchers) {
      const follower = watcher.follow(call, id);
      if (follower) followers.push(follower);
    }
    return followers;
  }
}
