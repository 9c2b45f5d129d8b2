// blobs: artifact bytes. An artifact is the place where its step wrote it; nothing is hashed or copied on the way. A URI
// scheme://bucket/key maps to one directory tree below the data directory. No client-given path leaves it, neither by its
// text nor through a symbolic link that a step left behind. Walks, sizes and lists are bounded. Knows no run and no task.
export { openLocalBlobs, type BlobEntry, type Blobs } from './local-blobs.ts';
