// Serial numbers: four letters of the institution, seven from chance, and one that checks them.

const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const FORM = /^[0-9A-HJKMNP-TV-Z]{12}$/;
const PREFIX = 4;

/** Whether the form and the check letter are right (Luhn modulo 32 over the last eight). */
export function serialHolds(serial) {
  if (typeof serial !== "string" || !FORM.test(serial)) return false;
  const values = [...serial.slice(PREFIX)].map((letter) => LETTERS.indexOf(letter));
  const sum = values.reverse().reduce((total, value, at) => {
    const product = value * ((at % 2) + 1);
    return total + Math.floor(product / 32) + (product % 32);
  }, 0);
  return sum % 32 === 0;
}
