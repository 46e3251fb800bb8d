/** '1 cell', '3 cells': a number with its noun, as screen and files say it. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
