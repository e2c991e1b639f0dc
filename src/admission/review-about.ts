/** What a review is about, for logs and messages. */
export interface ReviewAbout {
  readonly webhook: string;
  readonly uid: string;
  /** Who makes the call, as the review says. It goes into the log and into Events. */
  readonly user: string | undefined;
  readonly namespace: string;
  /** `deployment/web` */
  readonly subject: string;
  readonly dryRun: boolean;
}
