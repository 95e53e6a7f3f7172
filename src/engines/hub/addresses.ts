const HUB = 'https://huggingface.co';

/** Addresses of a repository of the Hugging Face Hub, `owner/name`. */
export const hubAddresses = (repository: string, revision = 'main') => ({
  repository: `${HUB}/${repository}`,
  listing: `${HUB}/api/models/${repository}/revision/${encodeURIComponent(revision)}?blobs=true`,
  /** @param commit that the listing names. */
  file: (commit: string, name: string) => `${HUB}/${repository}/resolve/${commit}/${name}`,
});
