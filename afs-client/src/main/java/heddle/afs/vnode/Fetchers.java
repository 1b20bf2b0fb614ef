package heddle.afs.vnode;

/** Everything that knows or fetches something of vnodes, put together. */
record Fetchers(
    VnodeTable table,
    StatusFetcher statuses,
    BulkStatusFetcher bulk,
    DataFetcher data,
    ContentsFetcher contents,
    MountResolver mounts) {}
