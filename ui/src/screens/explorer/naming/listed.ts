/** Touchpoints as a setting takes them: between commas, in quotation marks where a name has a comma of its own. */
export function listed(names: readonly string[]): string {
  return names.map((name) => (/[",]|^\s|\s$/.test(name) ? `"${name.replace(/[\\"]/g, '\\$&')}"` : name)).join(',')
}
