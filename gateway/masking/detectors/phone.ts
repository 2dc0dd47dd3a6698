/** Phone numbers: international ones (ITU-T E.164), and national ones as people write them, with gaps. */

/** Called a phone number, digits alone are one. */
const LABEL = /phone|mobile|\bcell\b|\btel\b|telefon|fax|msisdn|handy/i;

const FORMS = [/(?<![\w)+])\+[1-9]\d{0,2}(?:[ .\-/]?\(?\d{1,4}\)?){2,6}(?!\w)/g];

/** Phone numbers in a text; `label` is what the value is called. */
export function findPhones(text: string, label: string): [number, number][] {
  const found: [number, number][] = [];
  for (const form of FORMS)
    for (const { 0: number, index } of text.matchAll(form)) {
      const digits = number.replaceAll(/\D/g, '').length;
      if (digits >= 8 && digits <= 15) found.push([index, index + number.length]);
    }
  if (LABEL.test(label) && /^\+?\d{7,15}$/.test(text)) found.push([0, text.length]);
  return found;
}
