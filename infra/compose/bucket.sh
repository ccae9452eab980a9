#!/bin/sh
# The bucket that Errand keeps everything in. Safe to run again.
set -eu

ask() {
  echo "$1" | weed shell -master=store:9333 -filer=store:8888
}

ask s3.bucket.list | grep -qw errand || ask 's3.bucket.create -name errand'
