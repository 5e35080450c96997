import {
  FollowedProgram,
  LineListener,
  ProbeSocket,
  ProbeWorld,
  ProgramResult,
  RunLimits,
  SocketListener,
} from '#lib/plugin-api';

/** A world of probes that tells what they ask and what they are answered, line by line. */
export class TracedWorld implements ProbeWorld {
  constructor(
    private readonly world: ProbeWorld,
    private readonly tell: (line: string) => void,
  ) {}

  nowMs(): number {
    return this.world.nowMs();
  }

  after(delayMs: number, callback: () => void): () => void {
    return this.world.after(delayMs, callback);
  }

  async findProgram(name: string, moreFolders?: readonly string[]): Promise<string | null> {
    const path = await this.world.findProgram(name, moreFolders);
    this.tell(`? ${name}: ${path ?? 'not found'}`);
    return path;
  }

  async runProgram(
    program: string,
    args: readonly string[],
    limits: RunLimits,
  ): Promise<ProgramResult> {
    this.tell(`$ ${[program, ...args].join(' ')}`);
    const result = await this.world.runProgram(program, args, limits);
    this.answer(result.stdout);
    this.answer(result.stderr);
    return result;
  }

  followProgram(program: string, args: readonly string[], listener: LineListener): FollowedProgram {
    this.tell(`$ ${[program, ...args].join(' ')}`);
    return this.world.followProgram(program, args, {
      line: (text) => {
        this.answer(text);
        listener.line(text);
      },
      ended: (end) => {
        this.answer(end.stderr);
        listener.ended(end);
      },
    });
  }

  async readText(path: string): Promise<string | null> {
    const text = await this.world.readText(path);
    if (text !== null) this.tell(`< ${path}: ${text.trim().split('\n', 1)[0]}`);
    return text;
  }

  async readLink(path: string): Promise<string | null> {
    return await this.world.readLink(path);
  }

  async exists(path: string): Promise<boolean> {
    const isThere = await this.world.exists(path);
    this.tell(`? ${path}: ${isThere ? 'there' : 'not there'}`);
    return isThere;
  }

  async listFolder(path: string): Promise<readonly string[]> {
    return await this.world.listFolder(path);
  }

  async connectSocket(path: string, listener: SocketListener): Promise<ProbeSocket> {
    this.tell(`$ ${path}`);
    const socket = await this.world.connectSocket(path, {
      line: (text) => {
        this.answer(text);
        listener.line(text);
      },
      closed: (error) => listener.closed(error),
    });
    return {
      write: (text) => {
        this.tell(`> ${text.trimEnd()}`);
        socket.write(text);
      },
      close: () => socket.close(),
    };
  }

  private answer(text: string): void {
    for (const line of text.split('\n')) if (line.trim() !== '') this.tell(`< ${line}`);
  }
}
