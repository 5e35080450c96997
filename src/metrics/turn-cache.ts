/**
 * Makes a value once per turn of the event loop: all families of a page are read in one, and what many
 * of them need is gathered once.
 */
export function oncePerTurn<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | null = null;
  return () => {
    if (!made) {
      made = { value: make() };
      setImmediate(() => (made = null));
    }
    return made.value;
  };
}
