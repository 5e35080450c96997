/** One message to the user. */
export interface Toast {
  readonly id: number;
  readonly kind: 'info' | 'success' | 'error';
  readonly text: string;
}

const LIFETIME_MS = { info: 4000, success: 3000, error: 9000 };

/** Short messages at the edge of the page; a failure of a user's action always ends here. */
class Toasts {
  list = $state<readonly Toast[]>([]);
  private next = 1;

  show(kind: Toast['kind'], text: string): void {
    const toast = { id: this.next++, kind, text };
    this.list = [...this.list.slice(-4), toast];
    setTimeout(() => this.dismiss(toast.id), LIFETIME_MS[kind]);
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  /** Runs a user's action and reports its failure with the server's own words. */
  async guard(what: string, action: () => Promise<unknown>): Promise<boolean> {
    try {
      await action();
      return true;
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') return false;
      this.show('error', `${what}: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  }
}

export const toasts = new Toasts();
