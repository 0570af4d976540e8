/** Tells others of the end of runs, after it and without a bearing on it. */
package io.beamhouse.pipelines.notify;
