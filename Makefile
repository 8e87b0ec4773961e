# Thin: every target calls npm, the command line in dist/ or a script in environment/.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

REGION ?= demo-alps
SIZE ?=
SEEDS ?=
REGIONS ?=
ONLY ?=

phenocover := node dist/src/cli/main.js
sources := $(shell find src test -name '*.ts' -not -name '.*' 2>/dev/null)
kernels := .cache/jupyter
export JUPYTER_PATH := $(CURDIR)/$(kernels)$(if $(JUPYTER_PATH),:$(JUPYTER_PATH))

.PHONY: help reproduce test bench environment lab jupyterlab peers clean packages tensorflow ready

help: ## List the targets
	@echo "make TARGET [REGION=$(REGION)] [SIZE=small] [SEEDS=1,2,3]"
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  %-12s %s\n", $$1, $$2 }'

reproduce: ready $(kernels)/.compiled ## Run the whole study: REGION=name or manifest, SIZE=small for a small part, SEEDS=1,2,3, REGIONS=1,2,3
	@$(phenocover) reproduce "$(REGION)" $(if $(SIZE),--size $(SIZE)) $(if $(SEEDS),--seeds $(SEEDS)) $(if $(REGIONS),--regions $(REGIONS))

test: ready ## Type check, lint, unit and end-to-end tests
	@npm run --silent typecheck
	@npm run --silent lint
	@$(phenocover) notebook check notebooks/*.ipynb
	@npm run --silent test

bench: ready ## Compare speed with scikit-learn, PyTorch and others: SIZE=small for a trial, ONLY=forest,kmeans for some
	@environment/python.sh .cache/peers/bench environment/peers-bench.txt || true
ifneq ($(if $(ONLY),$(findstring lstm,$(ONLY)),all),)
	@environment/python.sh .cache/peers/networks environment/peers-networks.txt 15 || true
endif
	@environment/python.sh .cache/peers/notebook environment/peers-notebook.txt || true
	@environment/python.sh .cache/peers/raster environment/peers-raster.txt || true
	@node dist/test/bench/main.js $(if $(SIZE),--size $(SIZE)) $(if $(ONLY),--only $(ONLY))

environment: ready ## Install packages, TensorFlow and the notebook kernel; say what was found
	@$(phenocover) doctor

lab: ready jupyterlab ## Open the notebooks in JupyterLab (installed into .cache)
	@.cache/lab/bin/jupyter lab notebooks

jupyterlab:
	@environment/python.sh .cache/lab environment/lab.txt

peers: ## Install the Python programs that some tests compare with (into .cache)
	@environment/python.sh .cache/peers/raster environment/peers-raster.txt
	@environment/python.sh .cache/peers/notebook environment/peers-notebook.txt
	@environment/python.sh .cache/peers/onnx environment/peers-onnx.txt

clean: ## Remove what was built; results in runs/ and downloads in .cache/ stay
	@rm -rf dist $(kernels)

# The copy of the lock file tells whether node_modules is what it describes.
packages:
	@cmp -s package-lock.json node_modules/.installed-lock.json || { \
	  echo "npm: installing packages"; \
	  npm ci --no-audit --no-fund --loglevel=error; \
	  cp package-lock.json node_modules/.installed-lock.json; }

tensorflow: packages
	@node environment/tensorflow.mjs
	@node environment/addons.mjs

dist/.built: $(sources) package.json package-lock.json tsconfig.json | packages
	@echo "TypeScript: building"
	@npm run --silent build
	@touch $@

$(kernels)/.installed: dist/.built
	@$(phenocover) kernel install --prefix $(kernels) >/dev/null
	@touch $@

# Each notebook has a kernel of its own: one check compiles their cells for all of them.
$(kernels)/.compiled: $(kernels)/.installed $(wildcard notebooks/*.ipynb)
	@echo "notebooks: compiling cells"
	@$(phenocover) notebook check notebooks/*.ipynb
	@touch $@

ready: packages tensorflow $(kernels)/.installed
