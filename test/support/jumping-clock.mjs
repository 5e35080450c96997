// Loaded into Drover before everything else (NODE_OPTIONS=--import): whoever asks for the time of day gets
// one that is set forward and back by up to a year each time. What Drover starts keeps a sound clock.
const YEAR_MS = 365 * 24 * 3_600_000;
const { Date: SoundDate } = globalThis;

let state = 7;
function jumpMs() {
  state = (state * 48_271) % 0x7fffffff;
  return Math.round((2 * (state / 0x7fffffff) - 1) * YEAR_MS);
}

class JumpingDate extends SoundDate {
  constructor(...args) {
    if (args.length > 0) super(...args);
    else super(JumpingDate.now());
  }

  static now() {
    return SoundDate.now() + jumpMs();
  }
}

delete process.env.NODE_OPTIONS;
globalThis.Date = JumpingDate;
