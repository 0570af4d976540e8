package io.beamhouse.transforms.flatten;

import java.util.List;

/**
 * A plan ready to work; used by one thread.
 *
 * @param tables the main one first
 * @param keys of the main row, in the order in which they are hashed
 * @param rootValues what each row of a child table repeats of the main row
 */
record Flattening(
    FlattenPlan plan,
    List<TableLayout> tables,
    StructNode root,
    List<ValuePath> keys,
    List<ValuePath> rootValues) {}
