import { Injectable } from '@nestjs/common';
import { ConfigStore } from '#lib/config';
import { DroverError } from '#lib/foundation';
import { printable } from '#lib/proxy';

/** Told of the profile that is active now, or null. */
export type ProfileListener = (active: string | null) => void;

/** The active profile. A reload keeps it if the new configuration has it too. */
@Injectable()
export class ProfileRegistry {
  private name: string | null = null;
  private readonly listeners = new Set<ProfileListener>();

  constructor(private readonly config: ConfigStore) {
    config.onChange(({ current }) => {
      if (this.name !== null && !current.profiles.has(this.name)) this.change(null);
    });
  }

  /** Id of the active profile, or null. */
  get active(): string | null {
    return this.name;
  }

  /** Names that the active profile pins, each with its target; an empty target disables the name. */
  get pins(): ReadonlyMap<string, string> | null {
    if (this.name === null) return null;
    return this.config.current.profiles.get(this.name)?.pins ?? null;
  }

  /**
   * Makes a profile the active one; null deactivates.
   *
   * @throws DroverError NOT_FOUND
   */
  activate(name: string | null): void {
    if (name !== null && !this.config.current.profiles.has(name)) {
      throw new DroverError('NOT_FOUND', `profile "${printable(name)}" not found`);
    }
    if (name !== this.name) this.change(name);
  }

  /** Tells `listener` of each change from now on; the result ends that. */
  onChange(listener: ProfileListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private change(name: string | null): void {
    this.name = name;
    for (const listener of this.listeners) listener(name);
  }
}
