/** What looks like a name, a number or an address (rule 5): the patterns of `app/domain/suspicion.py`, proven equal by `tests/vectors/domain.json`. */

/** @type {[string, RegExp][]} */
export const PATTERNS = [
  ['nik', /(?:^|[^0-9])[0-9](?:[ .\/-]?[0-9]){15}(?![0-9])/],
  ['phone', /(?:^|[^0-9])(?:[+]?62|0)[ .\/-]?8(?:[ .\/-]?[0-9]){7,11}(?![0-9])/],
  ['phone', /(?:^|[^0-9])[(]?0[2-7][0-9]{1,2}[)]?[ -]?[0-9]{5,8}(?![0-9])/],
  ['address', /(?:^|[^0-9A-Za-z])(?:rt|rw)[ .:\/]*[0-9]/i],
  ['address', /(?:^|[^0-9A-Za-z])(?:jl|jln|jalan|gg|gang)(?:[.] *| +)[a-z0-9]/i],
  ['address', /(?:^|[^0-9A-Za-z])(?:no|nomor|nomer|blok)(?:[.] *| +)(?:rumah +)?[0-9a-z]?[0-9]/i],
  ['gps', /[0-9]{1,2}[.,][0-9]{4,}[,; ]+[0-9]{2,3}[.,][0-9]{4,}/],
  ['birth_date', /(?:^|[^0-9])[0-3]?[0-9][-\/.][01]?[0-9][-\/.](?:19|20)?[0-9]{2}(?![0-9])/],
  ['birth_date', /(?:^|[^0-9])[0-3]?[0-9] +(?:jan(?:uari)?|feb(?:ruari)?|mar(?:et)?|apr(?:il)?|mei|jun(?:i)?|jul(?:i)?|agu(?:stus)?|agt|sep(?:tember)?|okt(?:ober)?|nov(?:ember)?|des(?:ember)?)[.]? +(?:19|20)[0-9]{2}/i],
  ['birth_date', /(?:^|[^0-9A-Za-z])(?:tgl|tanggal|tahun|thn)[.]? +lahir/i],
  ['full_name', /(?:^|[^0-9A-Za-z])[A-Z][a-z']{2,}(?: +[A-Z][a-z']{2,})+/],
  ['full_name', /(?:^|[^0-9A-Za-z])(?:bernama|namanya|nama) +(?:adalah +|ialah +)?[a-z']{3,}/i],
  ['full_name', /(?:^|[^0-9A-Za-z])[a-z']{3,} +(?:bin|binti) +[a-z']{3,}/i],
];

export const KINDS = [...new Set(PATTERNS.map(([what]) => what))];

export const INNOCENT = [
  'Rumah Sakit',
  'Rumah Aman',
  'Kepala Desa',
  'Pak Kades',
  'Polres',
  'Polsek',
  'Puskesmas',
  'Posyandu',
  'Balai Desa',
  'Kantor Desa',
  'Bu Bidan',
  'Ibu Bidan',
];
