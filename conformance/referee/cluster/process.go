package cluster

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

const stopTimeMax = 15 * time.Second

// process is an upstream command, run by this binary under the command's name; its output is a file in the directory.
type process struct {
	command *exec.Cmd
	ended   chan struct{}
	asked   chan struct{}
}

func startProcess(directory, name string, flags []string, failed chan<- error) (*process, error) {
	binary, err := os.Executable()
	if err != nil {
		return nil, err
	}
	path := filepath.Join(directory, name+".log")
	output, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	defer output.Close()
	command := exec.Command(binary, append([]string{name}, flags...)...)
	command.Stdout, command.Stderr = output, output
	command.SysProcAttr = withParent()
	if err := command.Start(); err != nil {
		return nil, err
	}
	started := &process{command: command, ended: make(chan struct{}), asked: make(chan struct{})}
	go started.wait(fmt.Sprintf("%s ended by itself (see %s)", name, path), failed)
	return started, nil
}

func (p *process) wait(sentence string, failed chan<- error) {
	err := p.command.Wait()
	close(p.ended)
	select {
	case <-p.asked:
	default:
		failed <- fmt.Errorf("%s: %v", sentence, err)
	}
}

func (p *process) stop() {
	close(p.asked)
	_ = p.command.Process.Signal(syscall.SIGTERM) // It may be gone already.
	select {
	case <-p.ended:
	case <-time.After(stopTimeMax):
		_ = p.command.Process.Kill()
		<-p.ended
	}
}
