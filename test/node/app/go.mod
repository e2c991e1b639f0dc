module lockstep.dev/test/node/app

go 1.26.0
