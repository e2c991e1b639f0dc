module lockstep.dev/lab/nodes/app

go 1.26.0
