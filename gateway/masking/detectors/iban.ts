/** International Bank Account Numbers (ISO 13616): lengths by country (SWIFT's registry), and the check digits. */
import { matches } from './span.ts';

const LENGTHS: Readonly<Record<string, number>> = Object.fromEntries(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 ' +
    'FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 ' +
    'MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 ' +
    'SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

const FORM = /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/;

/** Whether a text without spaces is an IBAN; upper and lower case are taken for the same. */
export function isIban(text: string): boolean {
  if (text.length < 15 || text.length > 34) return false;
  const upper = text.toUpperCase();
  return FORM.test(upper) && LENGTHS[upper.slice(0, 2)] === upper.length && checks(upper);
}

/** ISO/IEC 7064, MOD 97-10: country and check digits go to the end, letters count from 10. */
function checks(iban: string): boolean {
  let rest = 0;
  for (const char of iban.slice(4) + iban.slice(0, 4)) {
    const value = parseInt(char, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

/** At a stretch, or in groups of four as paper has it. */
const WRITTEN =
  /(?<!\w)[A-Za-z]{2}\d{2}(?:[A-Za-z0-9]{11,30}|(?:[ -][A-Za-z0-9]{4}){2,7}(?:[ -][A-Za-z0-9]{1,4})?)(?!\w)/g;

/** IBANs in a text. What follows one in groups of four may be more of the text: the country says how long it is. */
export function findIbans(text: string): [number, number][] {
  const found: [number, number][] = [];
  for (const { 0: form, index } of matches(text, WRITTEN)) {
    const length = lengthIn(form);
    if (length > 0) found.push([index, index + length]);
  }
  return found;
}

/** How many characters of a form are an IBAN. */
function lengthIn(form: string): number {
  const wanted = LENGTHS[form.slice(0, 2).toUpperCase()] ?? 0;
  let count = 0;
  for (let at = 0; at < form.length; at++) {
    if (form[at] !== ' ' && form[at] !== '-') count++;
    if (count < wanted) continue;
    return isIban(form.slice(0, at + 1).replaceAll(/[ -]/g, '')) ? at + 1 : 0;
  }
  return 0;
}
