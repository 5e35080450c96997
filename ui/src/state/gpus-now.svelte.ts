import { api } from '../api/client.js';
import type { LatestGpuSample, Performance } from '../api/types.js';

/** Later than every sample: of the answer only each device's latest one is wanted. */
const AFTER_ALL = '2999-01-01T00:00:00Z';

/** The latest sample of each GPU, in the form that knows what is unknown; empty when it fails. */
export class GpusNow {
  value = $state.raw<readonly LatestGpuSample[]>([]);

  /** Looks once; a Drover that does not answer leaves what was known. */
  async look(): Promise<void> {
    try {
      this.value = (await api<Performance>(`/api/v1/performance?after=${AFTER_ALL}`)).latest;
    } catch {
      // What these add is beside the point of the page, whose own request tells what is wrong.
    }
  }
}
