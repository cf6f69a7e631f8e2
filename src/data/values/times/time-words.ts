// Words inside times: months in eleven languages and weekdays in seven, zones, and what says nothing. Compared in lower
// case and without accents, as `plainWord` writes them.

/** `März` and `MARZ` are one word. */
export function plainWord(text: string): string {
  return text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").normalize("NFC");
}

/** SQL: the same of a text. */
export function plainWordSql(text: string): string {
  return `strip_accents(lower(${text}))`;
}

const MONTH_NAMES: readonly string[] = [
  "jan january januar janner janvier janv ene enero gen gennaio janeiro januari sty styczen stycznia ocak oca янв января",
  "feb february februar feber fevrier fevr fev febrero febbraio fevereiro februari lut luty lutego subat sub фев февраля",
  "mar march marz mrz mars marzo marco maart mrt marzec marca mart мар марта",
  "apr april avril avr abr abril aprile kwi kwiecien kwietnia nisan nis апр апреля",
  "may mai mayo mag maggio maio mei maj maja mayis mayıs мая май маи",
  "jun june juni juin junio giu giugno junho cze czerwiec czerwca haziran haz июн июня",
  "jul july juli juillet juil julio lug luglio julho lip lipiec lipca temmuz tem июл июля",
  "aug august aout ago agosto augustus augusti sie sierpien sierpnia agustos agu авг августа",
  "sep sept september septembre septiembre set settembre setembro wrz wrzesien wrzesnia eylul eyl сен сент сентября",
  "oct october okt oktober octobre octubre ott ottobre out outubro paz pazdziernik pazdziernika ekim eki окт октября",
  "nov november novembre noviembre novembro lis listopad listopada kasim kasım kas ноя нояб ноября",
  "dec december dez dezember decembre dic diciembre dicembre dezembro gru grudzien grudnia aralik aralık ara дек декабря",
];

/** Month by name, from 1. */
export const MONTHS: ReadonlyMap<string, number> = new Map(
  MONTH_NAMES.flatMap((names, index) => names.split(" ").map((name) => [name, index + 1] as const)),
);

export const WEEKDAYS: ReadonlySet<string> = new Set(
  `mon tue tues wed thu thur thurs fri sat sun monday tuesday wednesday thursday friday saturday sunday
  mo di mi do fr sa so montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag
  lun mar mer jeu ven sam dim lundi mardi mercredi jeudi vendredi samedi dimanche
  mie jue vie sab dom lunes martes miercoles jueves viernes sabado domingo
  lunedi martedi mercoledi giovedi venerdi sabato domenica gio
  maandag dinsdag woensdag donderdag vrijdag zaterdag zondag`.split(/\s+/),
);

/** Words between the parts of a date: `20 de noviembre de 2023`, `Nov 20th, 2023 at 3:04`, `2023年11月20日`. */
export const FILLERS: ReadonlySet<string> = new Set(
  "t de del at um uhr le el il den der the of on am a st nd rd th er o e 年 月 日 时 時 分 秒 년 월 일 시 분 초".split(
    " ",
  ),
);

/** Seconds ahead of UTC. Abbreviations that stand for several zones (CST, IST, BST) are not among them. */
export const ZONE_OFFSETS: ReadonlyMap<string, number> = new Map(
  (
    [
      ["z", 0],
      ["utc", 0],
      ["gmt", 0],
      ["ut", 0],
      ["wet", 0],
      ["west", 1],
      ["cet", 1],
      ["met", 1],
      ["mez", 1],
      ["cest", 2],
      ["mest", 2],
      ["mesz", 2],
      ["eet", 2],
      ["eest", 3],
      ["msk", 3],
      ["jst", 9],
      ["kst", 9],
      ["aest", 10],
      ["aedt", 11],
      ["nzst", 12],
      ["nzdt", 13],
      ["est", -5],
      ["edt", -4],
      ["cdt", -5],
      ["mst", -7],
      ["mdt", -6],
      ["pst", -8],
      ["pdt", -7],
      ["akst", -9],
      ["akdt", -8],
      ["hst", -10],
    ] as const
  ).map(([name, hours]) => [name, hours * 3600] as const),
);

/** Is it a zone with a name of its own, such as `Europe/Berlin` or UTC? Abbreviations with two meanings are none. */
export function isZoneName(name: string): boolean {
  if (ZONE_OFFSETS.has(name.toLowerCase())) return true;
  if (!/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+){1,2}$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
