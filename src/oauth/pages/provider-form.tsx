/** The provider makes some forms itself, with its own protection against forgery; they are trusted markup. */
export function ProviderForm({ markup }: { markup: string }) {
  return <div dangerouslySetInnerHTML={{ __html: markup }} />;
}
