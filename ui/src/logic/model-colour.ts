const HUES = 5;

/**
 * Colour of a model wherever models are drawn beside each other: the chart colours in turn, then the
 * same ones nearer to the text colour.
 *
 * @param index place of the model among all local models
 */
export function modelColour(index: number): string {
  const hue = `var(--chart-${(index % HUES) + 1})`;
  const round = Math.floor(index / HUES) % 3;
  return round === 0 ? hue : `color-mix(in oklab, ${hue} ${100 - round * 30}%, var(--foreground))`;
}
