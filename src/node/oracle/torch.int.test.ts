// Steps that use torch, where the operating system has it (Debian: apt install python3-torch): `npm run test:torch`.
import { findSystemPython, testCases, type OracleCase } from './oracle.ts';

const CASES: Readonly<Record<string, OracleCase>> = {
  'draws and threads': {
    source: `
import torch
print('draw', torch.rand(1).item()); print('draw', torch.randn(2).sum().item()); print('draw', torch.Generator().seed())
torch.manual_seed(7); print(torch.rand(2).tolist(), torch.Generator().manual_seed(7).initial_seed())
a = torch.ones(300, 300); print((a @ a).sum().item(), torch.get_num_threads(), torch.get_default_dtype(), torch.is_grad_enabled())
torch.set_num_threads(1); torch.set_default_dtype(torch.float64); torch.set_grad_enabled(False)`,
  },
  'training': {
    source: `
import torch
torch.manual_seed(0)
model = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Linear(8, 1)); optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
x = torch.rand(64, 4); y = x.sum(1, keepdim=True)
for _ in range(5):
    optimizer.zero_grad(); loss = ((model(x) - y) ** 2).mean(); loss.backward(); optimizer.step()
print(round(loss.item(), 5)); torch.save(model.state_dict(), 'model.pt'); print(len(torch.load('model.pt')))`,
  },
  'a data loader with workers': {
    source: `
import torch, torch.utils.data
if __name__ == '__main__':
    data = torch.utils.data.TensorDataset(torch.arange(8.0))
    print([batch[0].tolist() for batch in torch.utils.data.DataLoader(data, batch_size=4, num_workers=2)])`,
  },
  'OMP_NUM_THREADS': { env: { OMP_NUM_THREADS: '1' }, source: 'import torch\nprint(torch.get_num_threads())' },
  'an uncaught exception': { source: 'import torch\ntorch.ones(2, 3) @ torch.ones(2, 3)' },
  'an exit code': { source: 'import torch\nsys.exit(torch.tensor(3).item())' },
};

testCases(await findSystemPython('torch'), CASES, '/usr/bin/python3 has no torch: apt install python3-torch');
