import { Injectable } from '@nestjs/common';
import { DroverError } from '#lib/foundation';
import { requestedModel, RequestedModel, whyNoModel, withModel } from '#lib/proxy';
import { ProfileRegistry } from '../profiles/profile.registry.js';
import { ClientCall } from './client-call.js';

/** Finds out which model a request is for. */
@Injectable()
export class ModelChooser {
  constructor(private readonly profiles: ProfileRegistry) {}

  /**
   * The model that the request names, or the one that the active profile puts in its place; the
   * request is rewritten where it named it.
   *
   * @throws DroverError MODEL_REQUIRED, BODY_UNREADABLE
   */
  choose(call: ClientCall): RequestedModel {
    const asked = requestedModel(call);
    if (!asked) throw noModel(whyNoModel(call));
    const pinned = this.profiles.pins?.get(asked.name);
    if (pinned === undefined) return asked;
    if (pinned === '') throw noModel(`the active profile disables "${asked.name}"`);
    return replaceModel(call, asked, pinned);
  }
}

function replaceModel(call: ClientCall, { place }: RequestedModel, name: string): RequestedModel {
  call.rewrite(withModel(call, place, name));
  return { name, place };
}

function noModel(why: string): DroverError {
  return new DroverError('MODEL_REQUIRED', `no model id could be identified: ${why}`);
}
