package heddle.afs.vnode;

/** Where a path leads: into a volume, or to what the client makes up above the volumes. */
public sealed interface Place permits Vnode, DynamicRoot, CellMount {}
