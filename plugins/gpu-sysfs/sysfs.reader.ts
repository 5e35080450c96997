import { ProbeWorld, toolNumber } from '#lib/plugin-api';

/** Reads numbers and texts of one folder of sysfs; what cannot be read is null. */
export class SysfsReader {
  constructor(
    private readonly world: ProbeWorld,
    readonly folder: string,
  ) {}

  /** Content of a file without the line end. */
  async text(name: string): Promise<string | null> {
    const content = await this.world.readText(`${this.folder}/${name}`);
    return content?.trim() ?? null;
  }

  /** A file that holds one number. */
  async number(name: string): Promise<number | null> {
    return toolNumber(await this.text(name));
  }

  /** The first of several files that holds a number, divided by `unit`. */
  async scaled(names: readonly string[], unit: number): Promise<number | null> {
    for (const name of names) {
      const value = await this.number(name);
      if (value !== null) return value / unit;
    }
    return null;
  }

  /** Names in the folder. */
  async names(): Promise<readonly string[]> {
    return await this.world.listFolder(this.folder);
  }

  /** A folder inside this one. */
  inside(name: string): SysfsReader {
    return new SysfsReader(this.world, `${this.folder}/${name}`);
  }
}
