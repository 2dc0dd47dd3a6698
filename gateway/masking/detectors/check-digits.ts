/** Check digits of national ids, each by the rule of the state that gives them; digits come without gaps. */

/** The sum of digits, each by its weight. */
function weighted(digits: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, i) => sum + weight * Number(digits[i]), 0);
}

/** United States: area, group and serial are never zeros; no area 666, nor from 900 on (20 CFR 422.103). */
export function isSsn(digits: string): boolean {
  return /^(?!000|666|9)\d{3}(?!00)\d{2}(?!0000)\d{4}$/.test(digits);
}

/** Germany, tax id: ISO/IEC 7064, MOD 11,10; of the first ten digits one stands there twice or thrice, the others once. */
export function isSteuerId(digits: string): boolean {
  if (!/^[1-9]\d{10}$/.test(digits)) return false;
  const counts = Array.from(
    { length: 10 },
    (_, digit) => digits.slice(0, 10).split(String(digit)).length - 1,
  );
  if (counts.filter((count) => count > 1).length !== 1 || Math.max(...counts) > 3) return false;
  let product = 10;
  for (const digit of digits.slice(0, 10)) {
    const sum = (Number(digit) + product) % 10 || 10;
    product = (sum * 2) % 11;
  }
  return (11 - product) % 10 === Number(digits[10]);
}

/** France, social security: sex, year, month, department (2A and 2B on Corsica), and 97 less the rest by 97. */
export function isNir(text: string): boolean {
  const form = /^[1-478]\d{2}(?:0[1-9]|1[0-2]|[2-9]\d)(?:\d{2}|2[AB])\d{6}(\d{2})$/.exec(text);
  if (form === null) return false;
  const body = text.slice(0, 13).replace('2A', '19').replace('2B', '18');
  return 97n - (BigInt(body) % 97n) === BigInt(form[1] as string);
}

/** Spain: eight digits and a letter (DNI), or X, Y, Z for the first digit (NIE). */
export function isDni(text: string): boolean {
  const number = Number(text.slice(0, -1).replace(/^[XYZ]/, (letter) => String('XYZ'.indexOf(letter))));
  return 'TRWAGMYFPDXBNJZSQVHLCKE'[number % 23] === text.at(-1);
}

/** Values of characters at odd places of a codice fiscale; at even ones digits and letters count from 0 (DM 23 December 1976). */
const ODD = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

/** Italy, codice fiscale. */
export function isCodiceFiscale(text: string): boolean {
  let sum = 0;
  for (let i = 0; i < 15; i++) {
    const value = parseInt(text[i] as string, 36);
    const order = value > 9 ? value - 10 : value;
    sum += i % 2 === 0 ? (ODD[order] as number) : order;
  }
  return String.fromCharCode(65 + (sum % 26)) === text[15];
}

/** Netherlands, BSN: weights 9 to 2 and -1, by 11. */
export function isBsn(digits: string): boolean {
  const sum = weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2, -1]);
  return /^(?!0{9})\d{9}$/.test(digits) && sum % 11 === 0;
}

/** Poland, PESEL: a date, whose month tells the century, and weights by 10. */
export function isPesel(digits: string): boolean {
  if (!/^\d{11}$/.test(digits)) return false;
  const month = Number(digits.slice(2, 4)) % 20;
  if (!isDay(Number(digits.slice(4, 6)), month)) return false;
  return weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0;
}

/** Belgium: a date, a count, and 97 less both by 97; those born from 2000 on with a 2 before. */
export function isBelgian(digits: string): boolean {
  const body = digits.slice(0, 9);
  const check = Number(digits.slice(9));
  if (digits.length !== 11 || !isDay(Number(digits.slice(4, 6)), Number(digits.slice(2, 4)))) return false;
  return [body, `2${body}`].some((number) => 97 - (Number(number) % 97) === check);
}

/** Finland: the rest of date and count by 31 is a character. */
export function isHetu(text: string): boolean {
  const number = Number(text.slice(0, 6) + text.slice(7, 10));
  const day = isDay(Number(text.slice(0, 2)), Number(text.slice(2, 4)));
  return day && '0123456789ABCDEFHJKLMNPRSTUVWXY'[number % 31] === text[10];
}

/** Switzerland: EAN-13. */
export function isAhv(digits: string): boolean {
  return weighted(digits, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 === 0;
}

/** Brazil, CPF: two digits by 11. */
export function isCpf(digits: string): boolean {
  if (/^(\d)\1*$/.test(digits)) return false;
  const check = (length: number) => {
    const rest =
      weighted(
        digits,
        Array.from({ length }, (_, i) => length + 1 - i),
      ) % 11;
    return rest < 2 ? 0 : 11 - rest;
  };
  return check(9) === Number(digits[9]) && check(10) === Number(digits[10]);
}

/** Verhoeff's products in the group of the square, and his permutations. */
const PRODUCTS =
  '0123456789 1234067895 2340178956 3401289567 4012395678 5987604321 6598710432 7659821043 8765932104 9876543210';
const PERMUTED = '0123456789 1576283094 5803796142 8916043527 9453126870 4286573901 2793806415 7046913258';

/** India, Aadhaar: Verhoeff's check digit, no 0 or 1 at the start. */
export function isAadhaar(digits: string): boolean {
  const products = PRODUCTS.split(' ');
  const permuted = PERMUTED.split(' ');
  let code = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(permuted[i % 8]?.[Number(digits[digits.length - 1 - i])]);
    code = Number(products[code]?.[digit]);
  }
  return /^[2-9]\d{11}$/.test(digits) && code === 0;
}

/** Whether there is such a day in some year. */
export function isDay(day: number, month: number): boolean {
  return (
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]!
  );
}
