#!/usr/bin/env bash
# Runs Beamhouse's submitted jar by Spark's own SparkSubmit, with the jars of a Spark 3.5.0
# distribution that Maven puts together; builds what is missing.
#
#   spark-submit.sh [SPARK OPTIONS --] COMMAND...
#   spark-submit.sh run spec.yaml --set lake=/tmp/lake
#   spark-submit.sh --master 'local-cluster[2,1,1024]' --conf spark.speculation=true -- run spec.yaml
#
# SPARK_HOME: another distribution. SPARK_DRIVER_OPTIONS: JVM options of the driver.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

spark=()
for ((i = 1; i <= $#; i++)); do
  if [[ "${!i}" == -- ]]; then
    spark=("${@:1:i-1}")
    shift "$i"
    break
  fi
done
[[ " ${spark[*]-} " == *" --master "* ]] || spark+=(--master 'local[2,4]')

jar="$(find "$here/target" -maxdepth 1 -name '*-submit.jar' 2>/dev/null | head -1)"
if [[ -z "$jar" || ! -d "${SPARK_HOME:-$here/../spark-home/target/home}/jars" ]]; then
  echo "Building the jar for spark-submit ..." >&2
  (cd "$here/../.." && mvn -B -q -ntp -DskipTests -Dspotless.check.skip=true \
    -pl runners/spark -am package >&2)
  jar="$(find "$here/target" -maxdepth 1 -name '*-submit.jar' | head -1)"
fi

export SPARK_HOME="${SPARK_HOME:-$(cd "$here/../spark-home/target/home" && pwd)}"
export SPARK_SCALA_VERSION=2.12
export SPARK_LOCAL_IP="${SPARK_LOCAL_IP:-127.0.0.1}"
# Executors get Spark's own list of these; only the driver is started here without Spark's launcher.
opens=()
for package in java.lang java.lang.invoke java.lang.reflect java.io java.net java.nio java.util \
  java.util.concurrent java.util.concurrent.atomic sun.nio.ch sun.nio.cs sun.security.action \
  sun.util.calendar; do
  opens+=("--add-opens=java.base/$package=ALL-UNNAMED")
done
# shellcheck disable=SC2086 # a list of options
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" "${opens[@]}" -Djdk.reflect.useDirectMethodHandle=false \
  ${SPARK_DRIVER_OPTIONS:--Xmx1g} -cp "$here/src/main/resources:$SPARK_HOME/jars/*" \
  org.apache.spark.deploy.SparkSubmit "${spark[@]}" \
  --class io.beamhouse.runners.spark.SparkMain "$jar" "$@"
