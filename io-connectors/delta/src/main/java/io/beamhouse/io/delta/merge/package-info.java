/**
 * The merge: changes encoded, stored in buckets, matched with the table's files without a row
 * object per stored row, and committed by one worker.
 */
package io.beamhouse.io.delta.merge;
