/** What the shop's people, places and goods are called. */

type Words = readonly [string, ...string[]];

export const GIVEN_NAMES: Words = [
  'Amara',
  'Anton',
  'Beatriz',
  'Bjarne',
  'Chiara',
  'Daan',
  'Elif',
  'Emil',
  'Farah',
  'Finn',
  'Greta',
  'Hana',
  'Hugo',
  'Ines',
  'Ivan',
  'Jonas',
  'Jana',
  'Kaito',
  'Klara',
  'Lars',
  'Leila',
  'Mateo',
  'Maya',
  'Milan',
  'Nadia',
  'Noah',
  'Olga',
  'Oscar',
  'Priya',
  'Rafael',
  'Rosa',
  'Samir',
  'Sofia',
  'Tariq',
  'Thea',
  'Tomas',
  'Uma',
  'Viktor',
  'Yuki',
  'Zofia',
];

export const FAMILY_NAMES: Words = [
  'Almeida',
  'Andersson',
  'Bakker',
  'Becker',
  'Bianchi',
  'Costa',
  'Demir',
  'Dubois',
  'Eriksen',
  'Ferrari',
  'Fischer',
  'García',
  'Haddad',
  'Hansen',
  'Horvat',
  'Ito',
  'Jansen',
  'Kaya',
  'Kowalski',
  'Lindqvist',
  'Martin',
  'Moreau',
  'Nakamura',
  'Novák',
  'Okafor',
  'Olsen',
  'Petrov',
  'Rossi',
  'Santos',
  'Schmidt',
  'Silva',
  'Singh',
  'Tanaka',
  'Virtanen',
  'Visser',
  'Weber',
  'Wójcik',
  'Yilmaz',
];

/** City, country (ISO 3166) and the shape of its telephone numbers (`#` is a digit). */
export const PLACES: readonly [Place, ...Place[]] = [
  { city: 'Amsterdam', country: 'NL', phone: '+31 20 ### ####' },
  { city: 'Berlin', country: 'DE', phone: '+49 30 #######' },
  { city: 'Copenhagen', country: 'DK', phone: '+45 33 ## ## ##' },
  { city: 'Istanbul', country: 'TR', phone: '+90 212 ### ## ##' },
  { city: 'Kraków', country: 'PL', phone: '+48 12 ### ## ##' },
  { city: 'Lisboa', country: 'PT', phone: '+351 21 ### ####' },
  { city: 'Lyon', country: 'FR', phone: '+33 4 ## ## ## ##' },
  { city: 'Milano', country: 'IT', phone: '+39 02 #### ####' },
  { city: 'Osaka', country: 'JP', phone: '+81 6 #### ####' },
  { city: 'Stockholm', country: 'SE', phone: '+46 8 ### ## ##' },
  { city: 'Zagreb', country: 'HR', phone: '+385 1 #### ###' },
];

interface Place {
  readonly city: string;
  readonly country: string;
  readonly phone: string;
}

export const STREETS: Words = [
  'Canal Street',
  'Harbour Road',
  'Linden Avenue',
  'Market Square',
  'Mill Lane',
  'Station Road',
  'Tower Hill',
];

/** Category and what is in it. */
export const GOODS: readonly [Goods, ...Goods[]] = [
  {
    category: 'kitchen',
    things: ['Kettle', 'Skillet', 'Bread knife', 'Moka pot', 'Chopping board', 'Pepper mill'],
  },
  {
    category: 'office',
    things: ['Desk lamp', 'Notebook', 'Fountain pen', 'Monitor arm', 'Letter tray', 'Stapler'],
  },
  {
    category: 'outdoor',
    things: ['Tent', 'Head torch', 'Rain jacket', 'Water bottle', 'Camp stove', 'Sleeping bag'],
  },
  {
    category: 'home',
    things: ['Wool blanket', 'Wall clock', 'Plant stand', 'Linen curtain', 'Floor lamp', 'Door mat'],
  },
];

interface Goods {
  readonly category: string;
  readonly things: Words;
}

export const FINISHES: Words = [
  'in oak',
  'in steel',
  'in brass',
  'in blue',
  'in sand',
  'in black',
  'small',
  'large',
];
