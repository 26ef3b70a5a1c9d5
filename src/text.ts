/** User-facing sentences in the two languages of the course. */

/** A language of reports and command-line output. */
export type Language = 'en' | 'zh';

/** One user-facing sentence in every language. */
export type Text = Readonly<Record<Language, string>>;
