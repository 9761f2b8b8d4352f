#!/bin/sh
# `nvidia-smi` of a machine with one GPU of 80 GiB that is not there. Memory is held by the living processes that have a file
# `<pid>.mib` in the folder FAKE_GPU_FOLDER, with the number of MiB in it; the file `utilisation` there says how busy it is.
# Nothing is started here, so that it answers as fast as the real one.
used=512
busy=0
table=gpus
for word in "$@"; do case $word in --query-compute-apps*) table=processes ;; esac; done
for file in "$FAKE_GPU_FOLDER"/*.mib; do
  [ -e "$file" ] || continue
  pid=${file##*/}
  pid=${pid%.mib}
  { read -r stat <"/proc/$pid/stat"; } 2>/dev/null || continue
  case ${stat##*) } in Z* | X*) continue ;; esac
  read -r mib <"$file" || continue
  [ "$table" = processes ] && echo "GPU-0001, $pid, $mib, /usr/bin/python3"
  used=$((used + mib))
done
[ -e "$FAKE_GPU_FOLDER/utilisation" ] && read -r busy <"$FAKE_GPU_FOLDER/utilisation"
[ "$table" = gpus ] && echo "0, GPU-0001, $busy, $used, 81920, 41, NVIDIA H100 80GB HBM3"
exit 0
