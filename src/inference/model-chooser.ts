import { Injectable } from '@nestjs/common';
import { DroverError } from '#lib/foundation';
import { printable, requestedModel, RequestedModel, whyNoModel, withModel } from '#lib/proxy';
import { ClientGate } from '../access/client.gate.js';
import { TargetChooser } from '../selectors/target.chooser.js';
import { ProfileRegistry } from '../profiles/profile.registry.js';
import { ClientCall } from './client-call.js';

/** Finds out which model a request is for. */
@Injectable()
export class ModelChooser {
  constructor(
    private readonly profiles: ProfileRegistry,
    private readonly targets: TargetChooser,
    private readonly clients: ClientGate,
  ) {}

  /**
   * The model that the request names, or the one that the active profile puts in its place; of a
   * selector, the target that it chooses. The request is rewritten where it named its model.
   *
   * @throws DroverError MODEL_REQUIRED, BODY_UNREADABLE, NO_TARGET
   */
  choose(call: ClientCall): RequestedModel {
    const asked = requestedModel(call);
    if (!asked) throw noModel(whyNoModel(call));
    call.sentModel = asked.name;
    const pinned = this.pinned(asked.name);
    const target = this.targets.choose(pinned);
    if (target !== null) call.note('selector', pinned);
    const name = target ?? pinned;
    return name === asked.name ? asked : replaceModel(call, asked, name);
  }

  /**
   * Lets the client of a call use a model, until the call has ended.
   *
   * @throws DroverError MODEL_FORBIDDEN, RATE_LIMITED, KEY_CONCURRENCY
   */
  permit(call: ClientCall): void {
    const client = call.access?.client;
    if (!client) return;
    const names = [call.sentModel, call.requestedModel, call.model];
    call.onLeave = this.clients.enter(client, names, call.response);
  }

  private pinned(name: string): string {
    const target = this.profiles.pins?.get(name);
    if (target === '') throw noModel(`the active profile disables "${printable(name)}"`);
    return target ?? name;
  }
}

function replaceModel(call: ClientCall, { place }: RequestedModel, name: string): RequestedModel {
  call.rewrite(withModel(call, place, name));
  return { name, place };
}

function noModel(why: string): DroverError {
  return new DroverError('MODEL_REQUIRED', `no model id could be identified: ${why}`);
}
