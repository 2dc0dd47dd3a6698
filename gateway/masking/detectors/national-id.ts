/** Numbers that states give people. */

/** Of the United States: area, group and serial, none of zeros; no area 666, and none from 900 on (20 CFR 422.103). */
const SSN = /(?<![\w.-])(?!000|666|9\d\d)\d{3}([- ])(?!00)\d{2}\1(?!0000)\d{4}(?![\w-])/g;

/** National ids in a text; `label` is what the value is called. */
export function findNationalIds(text: string, _label: string): [number, number][] {
  return [...text.matchAll(SSN)].map(({ 0: form, index }) => [index, index + form.length]);
}
